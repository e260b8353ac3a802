from . import mail_activity_type
from . import retention_cost_rate
from . import retention_purchase
from . import retention_purchase_serve
from . import retention_customer
from . import retention_run
from . import res_partner
