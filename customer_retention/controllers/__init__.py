from . import portal
from . import profile
from . import unsubscribe
