from . import base_partner_merge
from . import retention_referrer_match
