from . import base_partner_merge
from . import base_partner_merge_facts
from . import retention_referrer_match
from . import crm_lead_lost
from . import sale_mass_cancel_orders
from . import base_partner_merge_profile
from . import privacy_lookup
from . import retention_loss_record
