/**
 * Whether a setting of a role holds a secret, by its name. Some programs read secrets from custom settings, which every login of the
 * server can read in the catalogs, such as PostgREST's `pgrst.jwt_secret`:
 * https://docs.postgrest.org/en/v12/references/configuration.html (in-database configuration)
 */
export function namesSecret(setting: string): boolean {
    return setting.includes(".") && /secret|passw|token|private|credential|api_?key|jwt/i.test(setting);
}
