from . import test_outlook_rules
from . import test_outlook
from . import test_outlook_refused
from . import test_outlook_access
from . import test_outlook_overview
from . import test_outlook_tours
