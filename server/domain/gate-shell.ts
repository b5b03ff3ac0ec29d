/**
 * A shell function for scripts that wait on a host: seconds since its boot. The time of day will not do, because
 * a time service may set it just then, above all while the host boots.
 */
export const SECONDS_SINCE_BOOT = 'since_boot() { read -r up rest < /proc/uptime; echo "${up%.*}"; }';
