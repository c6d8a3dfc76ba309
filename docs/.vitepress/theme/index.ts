// The fonts of the reader's system: nothing is loaded from elsewhere, and nothing flickers.
import theme from 'vitepress/theme-without-fonts';
import './house.css';

export default theme;
