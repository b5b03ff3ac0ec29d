/** A repository beside the distribution's own, with the key that signs it. */
export interface PackageSource {
  name: 'pgdg' | 'docker';
  keyUrl: string;
  /** Of the one primary key that the key file must hold; published by the project. */
  fingerprint: string;
  keyPath: string;
  listPath: string;
  listText: string;
}

export interface SystemRelease {
  /** As os-release says: debian, ubuntu, … */
  id: string;
  codename: string;
  /** As dpkg says: amd64, arm64, … */
  architecture: string;
}

const KEYS = '/etc/apt/keyrings';
const LISTS = '/etc/apt/sources.list.d';

/** The repository as it is for that release; its key is fetched by the host and compared with the fingerprint. */
export function packageSourceOf(name: PackageSource['name'], release: SystemRelease): PackageSource {
  const keyPath = `${KEYS}/tandem-${name}.asc`;
  const common = { name, keyPath, listPath: `${LISTS}/tandem-${name}.sources` };
  const text = (uri: string, suite: string, component: string): string =>
    [
      'Types: deb',
      `URIs: ${uri}`,
      `Suites: ${suite}`,
      `Components: ${component}`,
      `Architectures: ${release.architecture}`,
      `Signed-By: ${keyPath}`,
      '',
    ].join('\n');
  return name === 'pgdg'
    ? {
        ...common,
        keyUrl: 'https://www.postgresql.org/media/keys/ACCC4CF8.asc',
        fingerprint: 'B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8',
        listText: text('https://apt.postgresql.org/pub/repos/apt', `${release.codename}-pgdg`, 'main'),
      }
    : {
        ...common,
        keyUrl: `https://download.docker.com/linux/${release.id}/gpg`,
        fingerprint: '9DC858229FC7DD38854AE2D88D81803C0EBFCD88',
        listText: text(`https://download.docker.com/linux/${release.id}`, release.codename, 'stable'),
      };
}
