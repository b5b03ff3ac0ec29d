import type { Metadata } from 'next';
import { changeMetadata, openChange, type ChangeRouteProps } from '#app/open-change.tsx';

export const generateMetadata = (props: ChangeRouteProps): Promise<Metadata> =>
  changeMetadata('encrypt', props);

export default async function Page(props: ChangeRouteProps) {
  return openChange('encrypt', props);
}
