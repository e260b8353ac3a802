from . import base_import
from . import base_partner_merge
