# Two commands do everything: `make run` and `make test`. The rest is for contributors.
PYTHON := .venv/bin/python
FLASK := $(PYTHON) -m flask --app wsgi
CATALOGUES := $(wildcard translations/*/LC_MESSAGES/messages.po)

.PHONY: run test bench check lock messages revision clean

run: .venv/ready translations/ready
	@$(FLASK) db upgrade
	@$(FLASK) demo
	@exec $(FLASK) serve

test: .venv/ready translations/ready
	@scripts/test $(ARGS)

bench: .venv/ready translations/ready
	@$(PYTHON) -m bench $(ARGS)

check: .venv/ready translations/ready
	@scripts/check

lock: .venv/ready
	@scripts/lock

messages: .venv/ready
	@scripts/messages

.venv/ready: requirements.lock scripts/setup
	@scripts/setup

translations/ready: $(CATALOGUES) .venv/ready
	@.venv/bin/pybabel --quiet compile --directory translations 2>/dev/null || .venv/bin/pybabel compile --directory translations
	@touch $@

clean:
	rm -rf .venv translations/ready .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
