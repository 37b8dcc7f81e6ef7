/// A text that no log, error or dump shows by accident; whoever needs it says so.
package struct Secret: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package let revealed: String

    package init(_ text: String) { revealed = text }

    package var description: String { "(set)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
