# ruff: noqa: SIM905 - a list of words is read and mended as words
"""The passwords that are tried first everywhere (of eight characters and more; shorter ones are refused anyway)."""

COMMON = frozenset(
    """
    12345678 123456789 1234567890 01234567 0123456789 87654321 987654321 9876543210 11111111 111111111 1111111111
    00000000 000000000 0000000000 22222222 33333333 55555555 66666666 77777777 88888888 99999999 12341234 123123123
    123321123 11223344 1122334455 112233445566 12121212 13131313 69696969 123456123 123456123456 1234567891
    1234qwer 12345qwert 123456qwerty 123456789a 123456789q 123qweasd 12qwaszx 147258369 147852369 159357456 789456123
    741852963 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 zaq12wsx zaq1zaq1 q1w2e3r4 q1w2e3r4t5
    qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwer1234 qweasdzxc qazwsxedc qwertzui
    asdfghjk asdfghjkl asdf1234 asdasdasd zxcvbnm1 zxcvbnm123 abcdefgh abcdefghi abcd1234 abcde12345 abc12345
    abc123456 a1234567 a12345678 a123456789 aa123456 aa12345678 aaaaaaaa aaaaaaaaaa q1234567 q123456789 z123456789
    password password1 password12 password123 password1234 password! password123! p@ssw0rd p@ssword pa$$word
    passw0rd passw0rd1 passwort passwort1 motdepasse contraseña mypassword newpassword thepassword drowssap
    letmein1 letmein123 letmeinnow welcome1 welcome12 welcome123 changeme changeme1 changeme123 iloveyou iloveyou1
    iloveyou2 iloveyou123 iloveyou! iloveme1 loveyou1 lovelove woaini1314 woaini520 woaini521 5201314520 wodemima
    admin123 admin1234 admin12345 administrator root1234 rootroot toor1234 default1 guest123 test1234 testtest
    test12345 testing1 testing123 user1234 username superman superman1 batman123 spiderman pokemon1 pokemon123
    starwars starwars1 princess princess1 sunshine sunshine1 football football1 baseball baseball1 basketball
    michael1 jennifer jessica1 ashley123 jordan23 charlie1 liverpool liverpool1 chelsea1 arsenal1 manchester
    computer computer1 internet internet1 whatever whatever1 trustno1 dragon123 monkey123 master123 shadow123
    hello123 hello1234 hellohello summer2023 summer2024 summer2025 summer2026 winter2024 winter2025 winter2026
    spring2025 spring2026 january1 november qwerty!@# !@#$%^&* 1234!@#$ boardwalk boardwalk1 boardwalk123
    correcthorsebatterystaple
    """.split()
)
