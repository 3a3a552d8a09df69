"""The HTML report, made by Allure."""
