from . import retention_event
