# Odoo's loader takes the names bound here that begin with test_, and walks no packages.
from .event import *
from .figures import *
from .acquisition import *
from .loss import *
from .profile import *
from .program import *
from .satisfaction import *
from .survey import *
from .sample import *
from . import test_isolated
from . import test_named
from . import test_sql_field
from . import test_writable
from . import test_labels
from . import test_tools
from . import test_window_action
