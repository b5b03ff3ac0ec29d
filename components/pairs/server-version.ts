/** PostgreSQL's server_version_num in its written form: 150014 is 15.14, 90603 is 9.6.3. */
export function serverVersion(versionNum: number): string {
  const major = Math.floor(versionNum / 10_000);
  if (major >= 10) return `${major}.${versionNum % 10_000}`;
  return `${major}.${Math.floor((versionNum % 10_000) / 100)}.${versionNum % 100}`;
}
