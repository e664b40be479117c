/** A profile, as far as it can lend rights to the break-glass login. */
interface Rescuing {
    readonly actsAs?: string | undefined;
    readonly holders: readonly { readonly breakGlass?: boolean | undefined }[];
}

/** Whether the break-glass login holds it. */
export function rescues({ holders }: Pick<Rescuing, "holders">): boolean {
    return holders.some(({ breakGlass }) => breakGlass === true);
}

/** The break-glass login, if a profile lets it act as a tenant's owner. */
export function rescuerOf(tenant: string, profiles: readonly Rescuing[], breakGlass: string): string | undefined {
    return profiles.some((profile) => profile.actsAs === tenant && rescues(profile)) ? breakGlass : undefined;
}
