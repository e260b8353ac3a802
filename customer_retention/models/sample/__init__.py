from . import retention_sample
from . import retention_sample_draw
from . import retention_sample_progress
from . import retention_sample_lacking
from . import retention_sample_asking
from . import retention_sample_member
