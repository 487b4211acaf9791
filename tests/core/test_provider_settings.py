"""Settings of payment providers: none, all of one, or a sentence that names what is missing."""

import pytest

from core.provider_settings import NO_PROVIDERS, ProviderSettingsError, load_providers

STRIPE = {"BOARDWALK_STRIPE_KEY": "sk", "BOARDWALK_STRIPE_WEBHOOK_SECRET": "wh"}
FAKE = {"BOARDWALK_FAKE_PROVIDER_URL": "http://127.0.0.1:8090/", "BOARDWALK_FAKE_PROVIDER_SECRET": "s"}


def test_without_settings_there_is_no_provider():
    assert load_providers({}) == NO_PROVIDERS


def test_one_is_on_when_all_of_its_settings_are_there():
    found = load_providers(STRIPE | FAKE)

    assert (found.stripe.key, found.stripe.url) == ("sk", "https://api.stripe.com")
    assert found.fake.url == "http://127.0.0.1:8090"
    assert found.alipay is None


@pytest.mark.parametrize("left_out", STRIPE)
def test_half_of_them_stop_the_start_and_are_named(left_out):
    given = {name: value for name, value in STRIPE.items() if name != left_out}

    with pytest.raises(ProviderSettingsError, match=left_out):
        load_providers(given)


@pytest.mark.parametrize("url", ["http://pay.example", "ftp://127.0.0.1", "//127.0.0.1"])
def test_requests_go_over_tls_or_stay_on_this_machine(url):
    with pytest.raises(ProviderSettingsError):
        load_providers(STRIPE | {"BOARDWALK_STRIPE_URL": url})


@pytest.mark.parametrize("url", ["https://pay.example", "http://10.0.0.1:80", "http://127.0.0.1.example"])
def test_the_pretend_card_never_leaves_this_machine(url):
    with pytest.raises(ProviderSettingsError):
        load_providers(FAKE | {"BOARDWALK_FAKE_PROVIDER_URL": url})


def test_a_key_that_cannot_be_read_is_named(tmp_path):
    key = tmp_path / "key.pem"
    key.write_text("PEM")
    given = {"BOARDWALK_ALIPAY_APP_ID": "1", "BOARDWALK_ALIPAY_KEY_FILE": str(key)}
    found = load_providers(given | {"BOARDWALK_ALIPAY_PUBLIC_KEY_FILE": str(key)})
    assert (found.alipay.key, found.alipay.public_key) == ("PEM", "PEM")

    with pytest.raises(ProviderSettingsError, match="ALIPAY_PUBLIC_KEY_FILE"):
        load_providers(given | {"BOARDWALK_ALIPAY_PUBLIC_KEY_FILE": str(tmp_path / "none")})


def test_wechat_needs_all_seven(tmp_path):
    key = tmp_path / "key.pem"
    key.write_text("PEM")
    names = ("MCHID", "APPID", "SERIAL", "APIV3_KEY", "PUBLIC_KEY_ID")
    given = {f"BOARDWALK_WECHAT_{name}": "x" for name in names}
    given |= {f"BOARDWALK_WECHAT_{name}_FILE": str(key) for name in ("KEY", "PUBLIC_KEY")}

    assert load_providers(given).wechat.url == "https://api.mch.weixin.qq.com"
    del given["BOARDWALK_WECHAT_SERIAL"]
    with pytest.raises(ProviderSettingsError, match="BOARDWALK_WECHAT_SERIAL"):
        load_providers(given)
