from . import crm_lead_lost
from . import sale_mass_cancel_orders
from . import retention_loss_record
