import { checkServerIdentity } from "node:tls";
import type { ConnectionOptions } from "node:tls";
import type { ProviderSettings } from "./settings";

/** TLS for an `sslmode`, as in lib/pq: `require` with a root certificate verifies it, as in libpq. */
export function tlsOptions(settings: ProviderSettings): ConnectionOptions | false {
    const { sslMode, rootCertificate, clientCertificate, host } = settings;
    if (sslMode === "disable") {
        return false;
    }
    return {
        rejectUnauthorized: sslMode !== "require" || rootCertificate !== undefined,
        checkServerIdentity: (_, certificate) =>
            sslMode === "verify-full" ? checkServerIdentity(host, certificate) : undefined,
        ...(rootCertificate === undefined ? {} : { ca: rootCertificate }),
        ...(clientCertificate === undefined ? {} : { cert: clientCertificate.certificate, key: clientCertificate.key }),
    };
}
