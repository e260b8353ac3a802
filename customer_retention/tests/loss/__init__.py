from . import test_loss
from . import test_mention
from . import test_loss_access
from . import test_loss_report
from . import test_loss_tours
from . import test_digest
