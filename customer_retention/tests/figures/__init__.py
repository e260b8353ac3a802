from importlib.util import find_spec

from . import test_abc
from . import test_access
from . import test_analysis
from . import test_gold
from . import test_multi_company
from . import test_partner_figures
from . import test_past_purchase
from . import test_purchase
from . import test_reference
from . import test_refresh
from . import test_rfm
from . import test_rhythm
from . import test_run
from . import test_settings
from . import test_status
from . import test_tours
from . import test_value
from . import test_views
from . import test_changed
from . import test_faults
from . import test_merge
from . import test_night

# Odoo does not bring hypothesis along; without it the other tests still run.
if find_spec("hypothesis"):
    from . import test_property
from . import test_given_back
from . import test_import_numbers
from . import test_cohort
from . import test_count_now
