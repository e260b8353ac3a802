from . import retention_run
from . import retention_outlook
from . import retention_outlook_words
from . import retention_outlook_page
from . import retention_customer
from . import res_partner
from . import res_partner_sheet
