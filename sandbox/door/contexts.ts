import { createSecureContext } from "node:tls";
import type { SecureContext, SecureContextOptions } from "node:tls";

const contexts = new WeakMap<object, SecureContext>();

/** What TLS is spoken with, made once per certificate: that takes longer than a handshake. The server's order of ciphers counts, as with Postgres. */
export function contextOf(whose: object, options: SecureContextOptions): SecureContext {
    let context = contexts.get(whose);
    if (context === undefined) {
        context = createSecureContext({ ...options, minVersion: "TLSv1.2", honorCipherOrder: true });
        contexts.set(whose, context);
    }
    return context;
}
