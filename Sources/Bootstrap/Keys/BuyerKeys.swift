import ConfirmDesk
import Cryptography

/// The keys that sign buyer tokens: those of the setting, or one made once and kept in the data directory.
enum BuyerKeys {
    static let fileName = "token-key"

    static func open(_ given: [Secret], dataDirectory: String) throws(StartFailure) -> TokenKeys {
        guard given.isEmpty else {
            return try keys(given.map(\.revealed), from: Settings.tokenKey.setting.variable)
        }
        let path = "\(dataDirectory)/\(fileName)"
        let kept = try KeptSecret.readOrMake(path) { Base32.encode(SecureRandom.bytes(32)) }
        // Several are separated by commas, newest first, as in the setting: so the kept key can be rotated too.
        return try keys(kept.split(separator: ",").map(String.init), from: path)
    }

    private static func keys(_ secrets: [String], from source: String) throws(StartFailure) -> TokenKeys {
        let keys = secrets.compactMap { TokenKey(secret: Array($0.utf8)) }
        guard let newest = keys.first, keys.count == secrets.count else {
            throw StartFailure(
                "\(source) does not hold keys of at least \(TokenKey.minSecretBytes) characters: put them back, or "
                    + "remove them and have a new one made; tokens of lost keys are worthless")
        }
        return TokenKeys(newest: newest, older: Array(keys.dropFirst()))
    }
}
