from . import retention_complaint_report
from . import retention_complaint_analysis
from . import retention_complaint_analysis_group
from . import retention_overview
