"""What a payslip is to a tax year; readings become payslips, checked across the year."""
