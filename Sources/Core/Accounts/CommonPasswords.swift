/// The passwords that are guessed first and are long enough to be typed here, in lower case.
enum CommonPasswords {
    static let all = Set(text.split { $0 == " " || $0 == "\n" }.map(String.init))

    private static let text = """
        00000000 01234567 0123456789 0987654321 102030405060 11111111 11223344 112233445566
        12121212 123123123 12341234 12344321 12345678 123456789 1234567890 123654789 123qwe123
        123qweasd 13579246 147258369 147852369 159357123 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx
        1qaz2wsx3edc 741852963 789456123 87654321 88888888 987654321 9876543210 99999999 a1234567
        a12345678 a123456789 a1b2c3d4 a1s2d3f4 aa123456 abc12345 abc123abc abcabcabc abcd1234
        abcdefg1 abcdefgh access14 admin123 admin1234 admin12345 adminadmin administrator
        administrator1 alexander alexandra angel123 arsenal1 asdf1234 asdfasdf asdfghjk asdfghjkl
        asdfghjkl1 asdfqwer autumn2026 azerty123 azertyuiop babygirl babygirl1 barcelona baseball
        baseball1 basketball basketball1 batman123 beautiful benjamin1 billing1 billing123
        blink182 butterfly butterfly1 changeit changeme changeme1 changeme123 charlie1 chelsea1
        cheyenne chocolate chocolate1 christian cocacola computer computer1 corvette cupcake1
        danielle december default1 demo1234 diamond1 dragon123 dragonfly elephant elizabeth
        ferrari1 football football1 football12 fortnite1 guest123 hello123 hello1234 hellohello
        helloworld hosting1 hosting123 hunter22 ilovegod iloveme1 iloveyou iloveyou1 iloveyou123
        iloveyou2 internet internet1 ironman1 jennifer jennifer1 jessica1 jonathan jordan23
        juventus1 letmein1 letmein123 letmeinnow liverpool liverpool1 lkjhgfdsa login123 lovelove
        loveyou1 manchester master123 masterkey maverick mercedes michael1 michelle midnight
        minecraft minecraft1 mnbvcxz1 monitor1 monkey12 monkey123 mountain mustang1 mypassword
        newpassword nextpanel nextpanel1 nextpanel123 nicholas nintendo november october1 p@ssw0rd
        p@ssw0rd! p@ssw0rd1 p@ssw0rd123 p@ssword p@ssword1 pa$$w0rd pa$$word pass1234 pass12345
        passcode passpass passw0rd passw0rd! passw0rd1 password password! password00 password01
        password1 password1! password12 password123 password123! password1234 password12345
        password2 password2024 password2025 password2026 password99 patricia pikachu1 platinum
        playstation poiuytrewq pokemon1 pokemon123 princess princess1 private1 q1234567 q1w2e3r4
        q1w2e3r4t5 qazwsx123 qazwsxedc qweasdzxc qweqweqwe qwer1234 qwerasdf qwerty01 qwerty12
        qwerty123 qwerty1234 qwerty12345 qwertyqwerty qwertyui qwertyuiop qwertz123 qwertzui
        root1234 rootroot samsung1 samsung123 secret12 secret123 security security1 september
        shadow12 shadow123 silver123 softball spiderman spiderman1 spring2026 starwars starwars1
        summer2024 summer2025 summer2026 sunshine sunshine1 superadmin superman superman1
        superuser temp1234 temppass test1234 test12345 testing1 testing123 testtest toortoor
        trustno1 user1234 victoria volleyball webhosting welcome! welcome1 welcome12 welcome123
        welcome2024 welcome2025 welcome2026 welcomehome whatever whatever1 winter2024 winter2025
        winter2026 zaq12wsx zaq1xsw2 zaq1zaq1 zxcvbnm1 zxcvbnm123 zxcvzxcv
        """
}
