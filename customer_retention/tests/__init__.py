from . import test_gold
from . import test_run
from . import test_status
from . import test_value
