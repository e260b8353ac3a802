from importlib.util import find_spec

from . import test_abc
from . import test_access
from . import test_analysis
from . import test_event
from . import test_gold
from . import test_multi_company
from . import test_partner_figures
from . import test_past_purchase
from . import test_loss
from . import test_mention
from . import test_purchase
from . import test_reference
from . import test_refresh
from . import test_referral
from . import test_referral_events
from . import test_referral_lead
from . import test_referral_merge
from . import test_rfm
from . import test_rhythm
from . import test_run
from . import test_settings
from . import test_status
from . import test_tools
from . import test_tours
from . import test_value
from . import test_views
from . import test_changed
from . import test_merge
from . import test_night

# Odoo does not bring hypothesis along; without it the other tests still run.
if find_spec("hypothesis"):
    from . import test_property
from . import test_source
from . import test_thanks
from . import test_completeness
from . import test_household
from . import test_profile
from . import test_review
from . import test_losses_access
from . import test_losses_report
from . import test_losses_tours
from . import test_uplift
from . import test_program
from . import test_program_preview
from . import test_program_facts
