from . import res_company
from . import res_config_settings
from . import retention_event
from . import retention_past_purchase
from . import retention_run
from . import retention_customer
from . import res_partner
