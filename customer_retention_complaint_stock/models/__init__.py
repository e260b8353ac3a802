from . import retention_complaint
from . import stock_picking
