"""The simulator's figures: HMRC's two published test scenarios, and data sets of our own.

The scenarios have the shapes and figures HMRC's Individual PAYE Test Support gives; everybody in them is made up.
"""

from typing import Any

__all__ = ["APIS", "SCENARIOS", "TEST_SUPPORT", "VERSIONS"]

APIS = {
    "tax": "individual-tax",
    "income": "individual-income",
    "employment": "individual-employment",
    "benefits": "individual-benefits",
    "national_insurance": "national-insurance",
}
"""The short names of a data set, and the API that serves each."""

TEST_SUPPORT = {
    "employments": "individual-employment",
    "income": "individual-income",
    "tax": "individual-tax",
    "benefits": "individual-benefits",
}
"""The words in the test-support address, and the API whose data they make."""

VERSIONS = {
    "individual-tax": {"1.0", "1.1"},
    "individual-income": {"1.0", "1.1", "1.2"},
    "individual-employment": {"1.0", "1.1", "1.2"},
    "individual-benefits": {"1.0", "1.1"},
    "national-insurance": {"1.0", "1.1"},
}
"""Versions the simulator serves."""

SCENARIOS: dict[str, dict[str, dict[str, Any]]] = {
    "HAPPY_PATH_1": {
        "individual-tax": {
            "pensionsAnnuitiesAndOtherStateBenefits": {
                "otherPensionsAndRetirementAnnuities": 36.5,
                "incapacityBenefit": 980.45,
            },
            "refunds": {"taxRefundedOrSetOff": 325},
            "employments": [
                {"employerPayeReference": "123/AB456", "taxTakenOffPay": 890.35},
                {"employerPayeReference": "456/AB456", "taxTakenOffPay": 224.99},
            ],
        },
        "individual-income": {
            "pensionsAnnuitiesAndOtherStateBenefits": {
                "otherPensionsAndRetirementAnnuities": 36.50,
                "incapacityBenefit": 980.45,
                "jobseekersAllowance": 89.99,
                "seissNetPaid": 55.55,
            },
            "employments": [
                {"employerPayeReference": "123/AB456", "payFromEmployment": 22500.00},
                {"employerPayeReference": "456/AB456", "payFromEmployment": 8650.00},
            ],
        },
        "individual-employment": {
            "employments": [
                {"employerPayeReference": "123/AB456", "employerName": "Company XYZ", "offPayrollWorkFlag": True},
                {"employerPayeReference": "456/AB456", "employerName": "Company ABC", "offPayrollWorkFlag": False},
            ]
        },
        "individual-benefits": {
            "employments": [
                {
                    "employerPayeReference": "123/AB456",
                    "companyCarsAndVansBenefit": 1200.00,
                    "fuelForCompanyCarsAndVansBenefit": 300.50,
                    "privateMedicalDentalInsurance": 640.00,
                },
                {"employerPayeReference": "456/AB456"},
            ]
        },
        "national-insurance": {
            "class1": {"totalNICableEarnings": 10},
            "class2": {"totalDue": 20},
            "maxNICsReached": False,
        },
    },
    "HAPPY_PATH_2": {
        "individual-tax": {
            "pensionsAnnuitiesAndOtherStateBenefits": {},
            "refunds": {},
            "employments": [{"employerPayeReference": "111/AAA", "taxTakenOffPay": 3000}],
        },
        "individual-income": {
            "pensionsAnnuitiesAndOtherStateBenefits": {},
            "employments": [{"employerPayeReference": "111/AAA", "payFromEmployment": 22500}],
        },
        "individual-employment": {"employments": [{"employerPayeReference": "111/AAA", "employerName": "Company AAA"}]},
        "individual-benefits": {"employments": [{"employerPayeReference": "111/AAA"}]},
        "national-insurance": {
            "class1": {"totalNICableEarnings": 17},
            "class2": {"totalDue": 319.57},
            "maxNICsReached": True,
        },
    },
}
