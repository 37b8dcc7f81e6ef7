import Testing

@testable import PublicSite

@Suite("Accept-Encoding")
struct AcceptEncodingTests {
    private static func choice(_ field: String) -> ContentCoding {
        Array(field.utf8).withUnsafeBytes { AcceptEncoding.choice($0) }
    }

    @Test("without the field the body is sent as it is")
    func noField() { #expect(AcceptEncoding.choice(nil) == .identity) }

    @Test(
        "the coding the client likes best is chosen, the smaller one among equals",
        arguments: [
            ("", ContentCoding.identity), ("gzip", .gzip), ("br", .brotli), ("identity", .identity),
            ("gzip, deflate, br, zstd", .brotli), ("gzip, deflate", .gzip), ("GZIP", .gzip), ("Br", .brotli),
            ("x-gzip", .gzip), ("deflate", .identity), ("br;q=0.5, gzip", .gzip),
            ("br;q=0.5,gzip;q=0.4", .brotli),
            ("gzip;q=0.001", .gzip), ("gzip;q=0", .identity), ("br;q=0, gzip;q=0.000", .identity),
            ("gzip;q=0.5, identity;q=0.6", .identity), ("gzip;q=0.5, identity;q=0.5", .gzip), ("*", .brotli),
            ("*;q=0", .identity), ("br;q=0, *", .gzip), ("gzip, *;q=0", .gzip),
            ("*;q=0.1, gzip;q=0.2", .gzip),
            ("identity;q=0", .identity), ("identity;q=0, gzip;q=0.1", .gzip), (" gzip ; q=1.000 ,", .gzip),
            ("gzip;Q=0", .identity), ("gzip;level=9;q=0", .identity), (",,gzip,,", .gzip),
        ])
    func chosen(_ field: String, _ expected: ContentCoding) {
        #expect(Self.choice(field) == expected)
    }

    @Test(
        "a quality that is none excludes the coding and harms nobody",
        arguments: [
            "gzip;q=2", "gzip;q=-1", "gzip;q=", "gzip;q=0.1234", "gzip;q=abc", "gzip;q=1x", ";;;",
            "gzip;q=0,5",
        ])
    func unreadable(_ field: String) {
        #expect(Self.choice(field) == .identity)
    }
}
