from . import retention_expectation_report
