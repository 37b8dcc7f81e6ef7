/// What another program made of the same bytes, level and mask: a row is a hexadecimal number, its highest bit the
/// module at the left.
struct KnownQRCode: Sendable {
    let bytes: [UInt8]
    let version: Int
    let mask: Int
    let rows: [UInt64]

    private init(_ bytes: [UInt8], version: Int, mask: Int, _ rows: String) {
        self.bytes = bytes
        self.version = version
        self.mask = mask
        self.rows = rows.split { $0.isWhitespace }.compactMap { UInt64($0, radix: 16) }
    }

    /// The smallest; a text outside ASCII; the smallest with version information; the largest, filled to the last byte.
    static let all = [
        KnownQRCode(
            Array("TICKET-A-1-1".utf8), version: 1, mask: 2,
            """
            1fc67f 104841 17575d 175d5d 17535d 105141 1fd57f 1f00 17c17c 1b2520 18668e 16000c 1e656
            15f6 1fcdaa 10532c 1751c7 175200 175188 104f0c 1fde46
            """),
        KnownQRCode(
            Array("좌석 A-1-1 🎫".utf8), version: 2, mask: 0,
            """
            1fc9d7f 1054741 1743f5d 1745c5d 175475d 1049841 1fd557f 6d00 1545712 1337666 d53a74
            1b05117 1c51241 7bfae7 14ef7b4 fade2e 10d65f6 16513 1fc4b56 104a11c 17593fd 174baa4
            175f5bd 1049faa 1fd65d3
            """),
        KnownQRCode(
            Array(("https://tickets.example/t/" + String(repeating: "abcdefghij", count: 9)).utf8),
            version: 7, mask: 2,
            """
            1fca32e8c97f 104a6f34a241 175e942b1a5d 175cede4e35d 175ae3fad75d 105ec9141841 1fd55555557f
            1b411f1300 17c26bf8287c 71a44d8e31f 125a66de1de2 1f07a80b537c 1f7adec8e841 1bbb0048c38d
            ef66df41e6a 39e167b713f 1e757f84a282 726300a63b1 cc18db42e76 e937e9b123d 1df78dfc2df2
            f19a319e31d d5825561f56 1f143d135d1e 9f3b5f0e1fa c9e6fcac04d 3cbc9c71d8a 82654db527c
            1d59e0342052 20cd1faf341 17765e842d26 ba2b3b926d 7d9ae3c2d32 19403c9f381 17524861dbe
            f28fe37537e 135085f0e5f2 14291bc31d 1fcc03561f56 105a4f1d5b1c 175aa5f027fa 17550a98f033
            17536c042f46 10463d4b528c 1fd8ca7cad72
            """),
        KnownQRCode(
            (0..<213).map { UInt8(33 + $0 * 7 % 94) }, version: 10, mask: 4,
            """
            1fdd683542f567f 104d5b0a9d3b241 1749a355d761e5d 17530159ca3825d 1756969ff85f25d
            105239ac42d4441 1fd55555555557f 141bfc7961a00 117be2afdb29af9 e23dd73da7c974
            deca1b71b508c8 1119f3036cde1a2 cdb3a02d7a10e4 8a31d3de84f9c6 177a0acae2d4244
            19ba701a8630fd2 175130bc5f2d86d 1c8ab13bc2e536e 4459775497f82e 1f92693839af403
            d457eeaf5873c0 19ad39d179c6355 125b465bcde5392 1a87cb0a71cf628 16cc16c21b29d00
            6182d9fda7db7f 1f933efe4b2dfa 1f170c045f25f1a 155cb0ad53a115a 13105a7c694fb1e
            1fd349fc87fbf4 1fb16710a89ac61 ff5267a5b6dd55 14a4ff7ac26daa1 7e3697b3bc53bf
            1213bf8c01779e0 54a199fd5a70a3 1d8806fc71d6129 71ba5433e6a12 1290d4e3ffe59d0
            e4dc46df94bd4a 1e3844d89b6cae3 e40fdee1c38daa 153ad2e0758b33a 8d5d24b93a1471
            18a743de694eb00 14c1059cb683584 1f04d83e5762481 7770cfdf6ddf7 11417c4b6d91a
            1fdd716d59ee95c 104e91744efcb12 175ff03fd7e55fc 17489bb2f1d60b7 1743221d185ca50
            1049f7d3350b0b0 1fde9e55794be21
            """),
    ]
}
