from . import test_complaint_clock
from . import test_complaint_escalation
from . import test_complaint_mail
from . import test_complaint_recovery
from . import test_complaint_access
from . import test_complaint_portal
from . import test_complaint_event
from . import test_complaint_json2
