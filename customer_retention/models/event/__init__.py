from . import retention_event
from . import retention_event_traits
from . import retention_event_record
from . import retention_event_follow
