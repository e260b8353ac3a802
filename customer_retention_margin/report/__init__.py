from . import retention_analysis
from . import retention_overview
