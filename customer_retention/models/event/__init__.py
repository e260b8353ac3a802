from . import retention_event
from . import retention_event_traits
from . import retention_event_record
