from . import base_partner_merge
from . import base_partner_merge_facts
from . import retention_referrer_match
