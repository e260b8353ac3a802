from . import retention_purchase
