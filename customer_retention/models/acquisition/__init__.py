from . import retention_event
from . import res_partner_referral
from . import res_partner_referral_figures
from . import res_partner_source
from . import res_partner_thanks
from . import retention_thanks
from . import crm_lead
from . import res_partner_sheet
