"""The questionnaire as pure data and functions: no web, no database."""
