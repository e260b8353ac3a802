from . import retention_event
from . import retention_program
