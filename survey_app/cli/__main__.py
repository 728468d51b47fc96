"""``python -m survey_app.cli``: what the supervisor starts."""

from survey_app.cli import main

main()
