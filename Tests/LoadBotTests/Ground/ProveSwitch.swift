import Glibc

func proveIsSet() -> Bool {
    guard let value = getenv("TICKET_PROVE") else { return false }
    return String(cString: value) == "1"
}
