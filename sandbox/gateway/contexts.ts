import { createSecureContext } from "node:tls";
import type { SecureContext, SecureContextOptions } from "node:tls";

const contexts = new WeakMap<object, SecureContext>();

/** The TLS context of a certificate, cached: creating one takes longer than a handshake. Uses the server's cipher order. */
export function contextOf(whose: object, options: SecureContextOptions): SecureContext {
    let context = contexts.get(whose);
    if (context === undefined) {
        context = createSecureContext({ ...options, minVersion: "TLSv1.2", honorCipherOrder: true });
        contexts.set(whose, context);
    }
    return context;
}
