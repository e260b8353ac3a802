from . import contribution
from . import goods_cost
from . import serve_cost
