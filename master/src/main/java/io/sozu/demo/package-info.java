/** The whole proxy in one command: a master, two workers and three small backends on loopback. */
package io.sozu.demo;
