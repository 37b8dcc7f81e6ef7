import Glibc

func proveIsSet() -> Bool {
    guard let value = getenv("PROVE") else { return false }
    return String(cString: value) == "1"
}
