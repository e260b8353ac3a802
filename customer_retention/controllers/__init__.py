from . import profile
from . import portal
