from . import retention_analysis
from . import retention_purchase
from . import retention_loss_report
from . import retention_loss_call
from . import retention_choice_report
from . import retention_source_report
from . import retention_to_thank
